package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// change is what rewrite did to one rule.
type change struct {
	rule int
	from weights
	to   weights
}

// split is a rule's pair of references, one to each service of a Rollout.
type split struct {
	stable map[string]any
	canary map[string]any
}

// rewrite gives each rule that has both services the ordered weights and tells which rules it had to change.
// After a fault the route may be half rewritten and must be thrown away.
func rewrite(route *unstructured.Unstructured, wanted order) ([]change, error) {
	rules, _, err := unstructured.NestedFieldNoCopy(route.Object, "spec", "rules")
	if err != nil {
		return nil, err
	}
	list, _ := rules.([]any)
	var changes []change
	matched := false
	for index, rule := range list {
		pair, err := findSplit(rule, route.GetNamespace(), wanted.services)
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", index, err)
		}
		if pair == nil {
			continue
		}
		matched = true
		before, err := pair.weights()
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", index, err)
		}
		if before != wanted.weights {
			pair.stable["weight"], pair.canary["weight"] = wanted.weights.stable, wanted.weights.canary
			changes = append(changes, change{rule: index, from: before, to: wanted.weights})
		}
	}
	if !matched {
		return nil, fmt.Errorf("no rule has both the stable service %q and the canary service %q of namespace %q in its "+
			"backendRefs; add both to one rule", wanted.services.stable, wanted.services.canary, wanted.services.namespace)
	}
	return changes, nil
}

// findSplit gives nil where a rule lacks either service.
func findSplit(rule any, namespace string, wanted services) (*split, error) {
	fields, _ := rule.(map[string]any)
	refs, _ := fields["backendRefs"].([]any)
	var pair split
	places := map[string]*map[string]any{wanted.stable: &pair.stable, wanted.canary: &pair.canary}
	for _, item := range refs {
		ref, _ := item.(map[string]any)
		if !isService(ref, namespace, wanted.namespace) {
			continue
		}
		name, _ := ref["name"].(string)
		place, ours := places[name]
		if !ours {
			continue
		}
		if *place != nil {
			return nil, fmt.Errorf("backendRefs name service %q twice, so its share would not be its weight; keep one", name)
		}
		*place = ref
	}
	if pair.stable == nil || pair.canary == nil {
		return nil, nil
	}
	return &pair, nil
}

// isService holds for references to a core Service of the namespace; without one, a reference means the route's own.
func isService(ref map[string]any, routeNamespace, namespace string) bool {
	group, _ := ref["group"].(string)
	kind, _ := ref["kind"].(string)
	if own, _ := ref["namespace"].(string); own != "" {
		routeNamespace = own
	}
	return group == "" && (kind == "" || kind == "Service") && routeNamespace == namespace
}

func (s split) weights() (weights, error) {
	stable, err := weightOf(s.stable)
	if err != nil {
		return weights{}, err
	}
	canary, err := weightOf(s.canary)
	return weights{stable: stable, canary: canary}, err
}

// weightOf is 1 where none is given, as the Gateway API has it.
func weightOf(ref map[string]any) (int64, error) {
	value, ok := ref["weight"]
	if !ok {
		return 1, nil
	}
	weight, ok := value.(int64)
	if !ok {
		return 0, fmt.Errorf("weight %v of service %v is not a whole number", value, ref["name"])
	}
	return weight, nil
}
