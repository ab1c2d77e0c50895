package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
)

// pluginName is the key of this plugin's configuration in a Rollout.
const pluginName = "argoproj-labs/gatewayAPI"

const fullWeight = 100

// order is what one call asks for: which route, which two services, which weights.
type order struct {
	namespace string
	httpRoute string
	services  services
	weights   weights
}

// services are the two of a Rollout, which live in its namespace.
type services struct {
	namespace string
	stable    string
	canary    string
}

type weights struct {
	stable int64
	canary int64
}

func (o order) route() string { return o.namespace + "/" + o.httpRoute }

func newOrder(rollout *v1alpha1.Rollout, weight int32, additional []v1alpha1.WeightDestination) (order, error) {
	canary := rollout.Spec.Strategy.Canary
	if canary == nil || canary.TrafficRouting == nil {
		return order{}, fmt.Errorf("Rollout %s/%s has no spec.strategy.canary.trafficRouting", rollout.Namespace, rollout.Name)
	}
	if len(additional) > 0 {
		return order{}, fmt.Errorf("additional destinations are not supported, but %q was asked for; use steps without "+
			"weighted experiments", additional[0].ServiceName)
	}
	if most := canary.TrafficRouting.MaxTrafficWeight; most != nil && *most != fullWeight {
		return order{}, fmt.Errorf("maxTrafficWeight %d is not supported; remove it or set %d", *most, fullWeight)
	}
	if weight < 0 || weight > fullWeight {
		return order{}, fmt.Errorf("weight %d is not within 0 to %d", weight, fullWeight)
	}
	if canary.StableService == "" || canary.CanaryService == "" {
		return order{}, fmt.Errorf("set both stableService and canaryService in spec.strategy.canary of Rollout %s/%s",
			rollout.Namespace, rollout.Name)
	}
	result, err := readConfig(canary.TrafficRouting.Plugins[pluginName], rollout.Namespace)
	if err != nil {
		return order{}, err
	}
	result.services = services{namespace: rollout.Namespace, stable: canary.StableService, canary: canary.CanaryService}
	result.weights = weights{stable: fullWeight - int64(weight), canary: int64(weight)}
	return result, nil
}

// readConfig takes names as they are spelt: encoding/json alone would also take "httproute".
func readConfig(raw []byte, namespace string) (order, error) {
	fields := map[string]any{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &fields); err != nil {
			return order{}, fmt.Errorf("the configuration of %s is not a JSON object: %w", pluginName, err)
		}
	}
	result := order{namespace: namespace}
	known := map[string]*string{"httpRoute": &result.httpRoute, "namespace": &result.namespace}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		place, ok := known[name]
		if !ok {
			return order{}, fmt.Errorf("unknown field %q in the configuration of %s; known are httpRoute and namespace", name, pluginName)
		}
		text, ok := fields[name].(string)
		if !ok || text == "" {
			return order{}, fmt.Errorf("field %q in the configuration of %s must be a string and not empty", name, pluginName)
		}
		*place = text
	}
	if result.httpRoute == "" {
		return order{}, fmt.Errorf("no httpRoute given; name the HTTPRoute in "+
			"spec.strategy.canary.trafficRouting.plugins[%q].httpRoute", pluginName)
	}
	return result, nil
}
