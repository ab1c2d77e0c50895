package main

import (
	"fmt"
	"sync"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/plugin/types"
	"github.com/hashicorp/go-hclog"
	"k8s.io/client-go/dynamic"
)

// router answers the controller, several calls at a time.
type router struct {
	connect func() (dynamic.Interface, error)
	log     hclog.Logger

	lock   sync.Mutex
	client dynamic.Interface
}

// InitPlugin connects. Controller 1.10.2 keeps using a plugin whose InitPlugin failed, so each call connects if need be.
func (r *router) InitPlugin() types.RpcError {
	_, err := r.connected()
	return rpcError(err)
}

func (r *router) connected() (dynamic.Interface, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.client != nil {
		return r.client, nil
	}
	client, err := r.connect()
	if err != nil {
		return nil, fmt.Errorf("can not reach Kubernetes: %w", err)
	}
	r.client = client
	return client, nil
}

// SetWeight gives the canary its weight and the stable service the rest.
func (r *router) SetWeight(rollout *v1alpha1.Rollout, weight int32, additional []v1alpha1.WeightDestination) types.RpcError {
	wanted, err := newOrder(rollout, weight, additional)
	if err != nil {
		return rpcError(err)
	}
	client, err := r.connected()
	if err != nil {
		return rpcError(err)
	}
	changes, err := apply(client, wanted)
	for _, change := range changes {
		r.log.Info("changed the canary's weight", "route", wanted.route(), "rule", change.rule,
			"old", change.from.canary, "new", change.to.canary)
	}
	return rpcError(err)
}

// VerifyWeight reads the route anew. A route that can not be read is not verified, which holds the canary and makes the
// controller ask again; an error would instead let it go on without asking again (reconcileTrafficRouting of 1.10.2).
func (r *router) VerifyWeight(
	rollout *v1alpha1.Rollout, weight int32, additional []v1alpha1.WeightDestination,
) (types.RpcVerified, types.RpcError) {
	wanted, err := newOrder(rollout, weight, additional)
	if err != nil {
		return types.NotVerified, rpcError(err)
	}
	client, err := r.connected()
	verified := false
	if err == nil {
		verified, err = verify(client, wanted)
	}
	if err != nil {
		r.log.Error("can not verify weights", "route", wanted.route(), "error", err)
	}
	if !verified {
		return types.NotVerified, types.RpcError{}
	}
	return types.Verified, types.RpcError{}
}

// SetHeaderRoute refuses: done silently as nothing, a step for testers only would pass without a single request.
func (r *router) SetHeaderRoute(_ *v1alpha1.Rollout, route *v1alpha1.SetHeaderRoute) types.RpcError {
	if len(route.Match) == 0 {
		return types.RpcError{}
	}
	return rpcError(fmt.Errorf("setHeaderRoute %q is not supported; remove the step", route.Name))
}

// SetMirrorRoute refuses as SetHeaderRoute does.
func (r *router) SetMirrorRoute(_ *v1alpha1.Rollout, route *v1alpha1.SetMirrorRoute) types.RpcError {
	if len(route.Match) == 0 {
		return types.RpcError{}
	}
	return rpcError(fmt.Errorf("setMirrorRoute %q is not supported; remove the step", route.Name))
}

// RemoveManagedRoutes has nothing to remove, since none can be set.
func (r *router) RemoveManagedRoutes(*v1alpha1.Rollout) types.RpcError { return types.RpcError{} }

// UpdateHash has nothing to do: the route names services, and the controller itself points those at pods.
func (r *router) UpdateHash(*v1alpha1.Rollout, string, string, []v1alpha1.WeightDestination) types.RpcError {
	return types.RpcError{}
}

// Type is what the controller logs.
func (r *router) Type() string { return "gatewayAPI" }

func rpcError(err error) types.RpcError {
	if err == nil {
		return types.RpcError{}
	}
	return types.RpcError{ErrorString: err.Error()}
}
