package main

import (
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

var quarter = order{
	namespace: "agent-a", httpRoute: "agent",
	services: services{namespace: "agent-a", stable: "agent-stable", canary: "agent-canary"},
	weights:  weights{stable: 75, canary: 25},
}

// routeOf reads JSON as the client does, whose numbers are int64.
func routeOf(t *testing.T, rules ...string) *unstructured.Unstructured {
	t.Helper()
	var route unstructured.Unstructured
	if err := route.UnmarshalJSON([]byte(routeJSON("1", rules...))); err != nil {
		t.Fatal(err)
	}
	return &route
}

func routeJSON(version string, rules ...string) string {
	return `{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "agent", ` +
		`"namespace": "agent-a", "resourceVersion": "` + version + `"}, "spec": {"rules": [` + strings.Join(rules, ",") + `]}}`
}

func ruleJSON(refs ...string) string { return `{"backendRefs": [` + strings.Join(refs, ",") + `]}` }

const (
	stable100  = `{"name": "agent-stable", "port": 8080, "weight": 100}`
	stable75   = `{"name": "agent-stable", "port": 8080, "weight": 75}`
	canary0    = `{"group": "", "kind": "Service", "name": "agent-canary", "port": 8080, "weight": 0}`
	canary25   = `{"group": "", "kind": "Service", "name": "agent-canary", "port": 8080, "weight": 25}`
	bareStable = `{"name": "agent-stable", "port": 8080}`
	bareCanary = `{"name": "agent-canary", "port": 8080}`
)

func TestRewriteSetsBothWeightsInEveryRuleThatHasBothServices(t *testing.T) {
	other := ruleJSON(`{"name": "agent-stable", "weight": 1}`)
	redirect := `{"filters": [{"type": "RequestRedirect"}]}`
	route := routeOf(t, ruleJSON(stable100, canary0), other, redirect, ruleJSON(canary0, `{"name": "third", "weight": 7}`, stable75))
	changes, err := rewrite(route, quarter)
	if err != nil {
		t.Fatal(err)
	}
	want := routeOf(t, ruleJSON(stable75, canary25), other, redirect, ruleJSON(canary25, `{"name": "third", "weight": 7}`, stable75))
	if !reflect.DeepEqual(route.Object, want.Object) {
		t.Errorf("got %v, want %v", route.Object, want.Object)
	}
	expected := []change{
		{rule: 0, from: weights{stable: 100}, to: quarter.weights},
		{rule: 3, from: weights{stable: 75}, to: quarter.weights},
	}
	if !reflect.DeepEqual(changes, expected) {
		t.Errorf("got changes %v, want %v", changes, expected)
	}
}

func TestRewriteLeavesWeightsThatAreRight(t *testing.T) {
	route := routeOf(t, ruleJSON(stable75, canary25))
	changes, err := rewrite(route, quarter)
	if err != nil || len(changes) != 0 || !reflect.DeepEqual(route.Object, routeOf(t, ruleJSON(stable75, canary25)).Object) {
		t.Fatalf("got changes %v, %v, route %v", changes, err, route.Object)
	}
}

func TestRewriteTakesAnAbsentWeightForOne(t *testing.T) {
	route := routeOf(t, ruleJSON(bareStable, bareCanary))
	changes, err := rewrite(route, quarter)
	if err != nil || len(changes) != 1 || changes[0].from != (weights{stable: 1, canary: 1}) {
		t.Fatalf("got changes %v, %v", changes, err)
	}
	want := routeOf(t, ruleJSON(stable75, `{"name": "agent-canary", "port": 8080, "weight": 25}`))
	if !reflect.DeepEqual(route.Object, want.Object) {
		t.Errorf("got %v, want %v", route.Object, want.Object)
	}
}

func TestRewriteRefusesRoutesItCanNotWeigh(t *testing.T) {
	missing := `both the stable service "agent-stable" and the canary service "agent-canary"`
	for name, example := range map[string]struct{ rules, says string }{
		"neither service":        {ruleJSON(`{"name": "third"}`), missing},
		"no rules":               {"", missing},
		"only stable":            {ruleJSON(stable100), missing},
		"both, in two rules":     {ruleJSON(stable100) + "," + ruleJSON(canary0), missing},
		"another kind":           {ruleJSON(stable100, `{"kind": "Backend", "name": "agent-canary"}`), missing},
		"another group":          {ruleJSON(stable100, `{"group": "x.example", "name": "agent-canary"}`), missing},
		"another namespace":      {ruleJSON(stable100, `{"namespace": "agent-b", "name": "agent-canary"}`), missing},
		"the same service twice": {ruleJSON(stable100, canary0, canary0), `"agent-canary" twice`},
		"a broken weight":        {ruleJSON(stable100, `{"name": "agent-canary", "weight": "5"}`), "not a whole number"},
	} {
		changes, err := rewrite(routeOf(t, example.rules), quarter)
		if err == nil || !strings.Contains(err.Error(), example.says) || changes != nil {
			t.Errorf("%s: got %v, %v, want an error saying %q", name, changes, err, example.says)
		}
	}
}
