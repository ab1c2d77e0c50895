package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/rollout/trafficrouting/plugin/rpc"
	"github.com/argoproj/argo-rollouts/utils/plugin/types"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"k8s.io/client-go/dynamic"
)

const config = `{"httpRoute": "agent"}`

// dial gives the controller's end of a real RPC connection to a router, and what the router logs.
func dial(t *testing.T, connect func() (dynamic.Interface, error)) (rpc.TrafficRouterPlugin, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	logger := hclog.New(&hclog.LoggerOptions{Output: log, JSONFormat: true})
	client, _ := goplugin.TestPluginRPCConn(t, served(&router{connect: connect, log: logger}), nil)
	t.Cleanup(func() { _ = client.Close() })
	dispensed, err := client.Dispense(dispensed)
	if err != nil {
		t.Fatal(err)
	}
	return dispensed.(rpc.TrafficRouterPlugin), log
}

func TestSetWeightWritesOnceLogsOneLineAndIsVerified(t *testing.T) {
	api := serve(t, ruleJSON(stable100, canary0))
	plugin, log := dial(t, connect)
	if failed := plugin.InitPlugin(); failed.HasError() {
		t.Fatal(failed)
	}
	if verified, failed := plugin.VerifyWeight(rolloutWith(config), 25, nil); verified != types.NotVerified || failed.HasError() {
		t.Errorf("before: got %v, %v", verified, failed)
	}
	for range 2 {
		if failed := plugin.SetWeight(rolloutWith(config), 25, nil); failed.HasError() {
			t.Fatal(failed)
		}
	}
	if got := api.weights(t); got != quarter.weights || api.writes != 1 {
		t.Errorf("got %+v after %d writes", got, api.writes)
	}
	if verified, failed := plugin.VerifyWeight(rolloutWith(config), 25, nil); verified != types.Verified || failed.HasError() {
		t.Errorf("after: got %v, %v", verified, failed)
	}
	line := log.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, `"new":25,"old":0,"route":"agent-a/agent","rule":0`) {
		t.Errorf("logged %q", line)
	}
}

func TestSetWeightReadsAgainWhenSomeoneElseWroteFirst(t *testing.T) {
	api := serve(t, ruleJSON(stable100, canary0))
	api.rivals = 2
	plugin, _ := dial(t, connect)
	if failed := plugin.SetWeight(rolloutWith(config), 25, nil); failed.HasError() {
		t.Fatal(failed)
	}
	if got := api.weights(t); got != quarter.weights || api.writes != 1 || api.rivals != 0 {
		t.Errorf("got %+v after %d writes, %d rivals left", got, api.writes, api.rivals)
	}
}

func TestSetWeightNamesTheRouteItCanNotServe(t *testing.T) {
	api := serve(t, ruleJSON(stable100))
	plugin, log := dial(t, connect)
	failed := plugin.SetWeight(rolloutWith(config), 25, nil)
	for _, part := range []string{"HTTPRoute agent-a/agent", `"agent-stable"`, `"agent-canary"`} {
		if !strings.Contains(failed.ErrorString, part) {
			t.Errorf("got %q, which does not say %s", failed.ErrorString, part)
		}
	}
	failed = plugin.SetWeight(rolloutWith(`{"httpRoute": "gone"}`), 25, nil)
	if !strings.Contains(failed.ErrorString, "HTTPRoute agent-a/gone") {
		t.Errorf("got %q", failed.ErrorString)
	}
	if api.writes != 0 || log.Len() != 0 {
		t.Errorf("%d writes, logged %q", api.writes, log)
	}
}

func TestVerifyWeightHoldsTheCanaryWhenTheRouteCanNotBeRead(t *testing.T) {
	serve(t, ruleJSON(stable100, canary0))
	plugin, log := dial(t, connect)
	verified, failed := plugin.VerifyWeight(rolloutWith(`{"httpRoute": "gone"}`), 0, nil)
	if verified != types.NotVerified || failed.HasError() || !strings.Contains(log.String(), "agent-a/gone") {
		t.Errorf("got %v, %v, logged %q", verified, failed, log)
	}
}

func TestAdditionalDestinationsAreRefused(t *testing.T) {
	api := serve(t, ruleJSON(stable75, canary25))
	plugin, _ := dial(t, connect)
	more := []v1alpha1.WeightDestination{{ServiceName: "experiment", Weight: 5}}
	if failed := plugin.SetWeight(rolloutWith(config), 50, more); !strings.Contains(failed.ErrorString, "not supported") {
		t.Errorf("got %q", failed.ErrorString)
	}
	verified, failed := plugin.VerifyWeight(rolloutWith(config), 25, more)
	if verified != types.NotVerified || !failed.HasError() || api.writes != 0 {
		t.Errorf("got %v, %v after %d writes", verified, failed, api.writes)
	}
}

func TestManagedRoutesAreRefusedAndTheirRemovalIsNot(t *testing.T) {
	plugin, _ := dial(t, connect)
	header := &v1alpha1.SetHeaderRoute{Name: "testers", Match: []v1alpha1.HeaderRoutingMatch{{HeaderName: "x"}}}
	mirror := &v1alpha1.SetMirrorRoute{Name: "shadow", Match: []v1alpha1.RouteMatch{{}}}
	for _, failed := range []types.RpcError{
		plugin.SetHeaderRoute(rolloutWith(config), header),
		plugin.SetMirrorRoute(rolloutWith(config), mirror),
	} {
		if !strings.Contains(failed.ErrorString, "not supported") {
			t.Errorf("got %q", failed.ErrorString)
		}
	}
	for _, failed := range []types.RpcError{
		plugin.SetHeaderRoute(rolloutWith(config), &v1alpha1.SetHeaderRoute{Name: "testers"}),
		plugin.SetMirrorRoute(rolloutWith(config), &v1alpha1.SetMirrorRoute{Name: "shadow"}),
		plugin.RemoveManagedRoutes(rolloutWith(config)),
		plugin.UpdateHash(rolloutWith(config), "new", "old", nil),
	} {
		if failed.HasError() {
			t.Error(failed)
		}
	}
	if kind := plugin.Type(); kind != "gatewayAPI" {
		t.Errorf("got type %q", kind)
	}
}

func TestACallConnectsAfterInitPluginCouldNot(t *testing.T) {
	api := serve(t, ruleJSON(stable100, canary0))
	down := true
	plugin, _ := dial(t, func() (dynamic.Interface, error) {
		if down {
			return nil, errors.New("down")
		}
		return connect()
	})
	if failed := plugin.InitPlugin(); !strings.Contains(failed.ErrorString, "down") {
		t.Errorf("got %q", failed.ErrorString)
	}
	down = false
	if failed := plugin.SetWeight(rolloutWith(config), 25, nil); failed.HasError() || api.weights(t) != quarter.weights {
		t.Errorf("got %v, %+v", failed, api.weights(t))
	}
}
