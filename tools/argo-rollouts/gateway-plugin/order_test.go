package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func rolloutWith(config string) *v1alpha1.Rollout {
	return &v1alpha1.Rollout{
		ObjectMeta: metav1.ObjectMeta{Namespace: "agent-a", Name: "agent"},
		Spec: v1alpha1.RolloutSpec{Strategy: v1alpha1.RolloutStrategy{Canary: &v1alpha1.CanaryStrategy{
			StableService: "agent-stable",
			CanaryService: "agent-canary",
			TrafficRouting: &v1alpha1.RolloutTrafficRouting{
				Plugins: map[string]json.RawMessage{pluginName: json.RawMessage(config)},
			},
		}}},
	}
}

func TestOrderTakesRouteServicesAndWeightsFromTheRollout(t *testing.T) {
	got, err := newOrder(rolloutWith(`{"httpRoute": "agent", "namespace": "edge"}`), 25, nil)
	want := order{
		namespace: "edge", httpRoute: "agent",
		services: services{namespace: "agent-a", stable: "agent-stable", canary: "agent-canary"},
		weights:  weights{stable: 75, canary: 25},
	}
	if err != nil || got != want {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestOrderDefaultsToTheNamespaceOfTheRollout(t *testing.T) {
	got, err := newOrder(rolloutWith(`{"httpRoute": "agent"}`), 0, nil)
	if err != nil || got.route() != "agent-a/agent" {
		t.Fatalf("got %q, %v", got.route(), err)
	}
}

func TestOrderRefusesConfigurationsItCanNotFollow(t *testing.T) {
	for config, says := range map[string]string{
		`{"httpRoute": "agent", "grpcRoute": "other"}`: `unknown field "grpcRoute"`,
		`{"httproute": "agent"}`:                       `unknown field "httproute"`,
		`{"namespace": "edge"}`:                        "name the HTTPRoute in",
		`null`:                                         "name the HTTPRoute in",
		``:                                             "name the HTTPRoute in",
		`{"httpRoute": ["agent"]}`:                     `field "httpRoute"`,
		`{"httpRoute": "agent", "namespace": ""}`: `field "namespace"`,
		`"agent"`: "not a JSON object",
	} {
		_, err := newOrder(rolloutWith(config), 5, nil)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want an error saying %q", config, err, says)
		}
	}
}

func TestOrderRefusesWhatIsNotSupported(t *testing.T) {
	most := int32(1000)
	additional := []v1alpha1.WeightDestination{{ServiceName: "experiment", Weight: 5}}
	for says, spoil := range map[string]struct {
		change     func(*v1alpha1.CanaryStrategy)
		weight     int32
		additional []v1alpha1.WeightDestination
	}{
		`"experiment"`:                    {weight: 5, additional: additional},
		"maxTrafficWeight 1000":           {change: func(c *v1alpha1.CanaryStrategy) { c.TrafficRouting.MaxTrafficWeight = &most }},
		"weight 101":                      {weight: 101},
		"weight -1":                       {weight: -1},
		"stableService and canaryService": {change: func(c *v1alpha1.CanaryStrategy) { c.StableService = "" }},
		"has no spec.strategy.canary":     {change: func(c *v1alpha1.CanaryStrategy) { c.TrafficRouting = nil }},
	} {
		rollout := rolloutWith(`{"httpRoute": "agent"}`)
		if spoil.change != nil {
			spoil.change(rollout.Spec.Strategy.Canary)
		}
		_, err := newOrder(rollout, spoil.weight, spoil.additional)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want an error saying %q", err, says)
		}
	}
}
