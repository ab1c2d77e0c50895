// Prints what Argo Rollouts itself answers about numbers of pods, for drawn inputs: the cases of test/fixtures/replica-counts.json.
// Run it in tools/argo-rollouts: GOTOOLCHAIN=go1.27.3 go run ./replica-counts > ../../test/fixtures/replica-counts.json
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/replicaset"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const cases = 1200

// Pods of one ReplicaSet: asked for, created, available.
type pods [3]int32

type input struct {
	Replicas       int32  `json:"replicas"`
	Weight         int32  `json:"weight"`
	MaxSurge       string `json:"maxSurge"`
	MaxUnavailable string `json:"maxUnavailable"`
	Routed         bool   `json:"routed"`
	FollowsWeight  bool   `json:"followsWeight"`
	MinPods        int32  `json:"minPods"`
	Scale          string `json:"scale"`
	Threshold      int32  `json:"threshold"`
	Abort          bool   `json:"abort"`
	RouteWeight    int32  `json:"routeWeight"`
	Fresh          pods   `json:"fresh"`
	Stable         pods   `json:"stable"`
	Old            pods   `json:"old"`
}

type output struct {
	Canary    int32 `json:"canary"`
	Stable    int32 `json:"stable"`
	AtDesired bool  `json:"atDesired"`
}

func draw(r *rand.Rand) input {
	up := func(most int32) int32 { return r.Int31n(most + 1) }
	replicas := 1 + up(11)
	set := func() pods {
		asked := up(replicas + 1)
		created := asked
		if r.Intn(4) == 0 {
			created = up(asked)
		}
		available := created
		if r.Intn(3) == 0 {
			available = up(created)
		}
		return pods{asked, created, available}
	}
	pick := func(values ...string) string { return values[r.Intn(len(values))] }
	routed := r.Intn(2) == 0
	in := input{
		Replicas: replicas, Weight: up(100), MaxSurge: pick("0", "1", "2", "25%", "50%"), MaxUnavailable: pick("1", "2", "10%", "25%"),
		Routed: routed, FollowsWeight: routed && r.Intn(2) == 0, Abort: r.Intn(4) == 0, RouteWeight: up(100),
		Fresh: set(), Stable: set(),
	}
	if r.Intn(4) == 0 {
		in.Old = set()
	}
	if routed && r.Intn(4) == 0 {
		in.MinPods = 1 + up(3)
	}
	if routed && r.Intn(3) == 0 {
		in.Scale = pick("replicas", "weight", "match")
	}
	if r.Intn(4) == 0 {
		in.Threshold = 50 + up(50)
	}
	return in
}

func set(name string, p pods) *appsv1.ReplicaSet {
	asked := p[0]
	return &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.DefaultRolloutUniqueLabelKey: name}},
		Spec:       appsv1.ReplicaSetSpec{Replicas: &asked},
		Status:     appsv1.ReplicaSetStatus{Replicas: p[1], AvailableReplicas: p[2]},
	}
}

func rollout(in input) *v1alpha1.Rollout {
	surge, unavailable := intstr.Parse(in.MaxSurge), intstr.Parse(in.MaxUnavailable)
	three, sixty, index := int32(3), int32(60), int32(1)
	first := v1alpha1.CanaryStep{SetCanaryScale: &v1alpha1.SetCanaryScale{MatchTrafficWeight: true}}
	switch in.Scale {
	case "replicas":
		first.SetCanaryScale = &v1alpha1.SetCanaryScale{Replicas: &three}
	case "weight":
		first.SetCanaryScale = &v1alpha1.SetCanaryScale{Weight: &sixty}
	}
	canary := &v1alpha1.CanaryStrategy{MaxSurge: &surge, MaxUnavailable: &unavailable, DynamicStableScale: in.FollowsWeight,
		Steps: []v1alpha1.CanaryStep{first, {SetWeight: &in.Weight}}}
	if in.Routed {
		canary.TrafficRouting = &v1alpha1.RolloutTrafficRouting{}
	}
	if in.MinPods > 0 {
		canary.MinPodsPerReplicaSet = &in.MinPods
	}
	if in.Threshold > 0 {
		canary.ReplicaProgressThreshold = &v1alpha1.ReplicaProgressThreshold{Type: v1alpha1.ProgressTypePercentage, Value: in.Threshold}
	}
	return &v1alpha1.Rollout{
		Spec:   v1alpha1.RolloutSpec{Replicas: &in.Replicas, Strategy: v1alpha1.RolloutStrategy{Canary: canary}},
		Status: v1alpha1.RolloutStatus{StableRS: "v1", CurrentPodHash: "v2", CurrentStepIndex: &index, Abort: in.Abort},
	}
}

func answer(in input) output {
	ro, fresh, stable, old := rollout(in), set("v2", in.Fresh), set("v1", in.Stable), set("v0", in.Old)
	others := func() []*appsv1.ReplicaSet { return []*appsv1.ReplicaSet{old} }
	weights := &v1alpha1.TrafficWeights{}
	weights.Canary.Weight, weights.Stable.Weight = in.RouteWeight, 100-in.RouteWeight
	var out output
	if in.Routed {
		out.Canary, out.Stable = replicaset.CalculateReplicaCountsForTrafficRoutedCanary(ro, fresh, stable, weights)
	} else {
		out.Canary, out.Stable = replicaset.CalculateReplicaCountsForBasicCanary(ro, fresh, stable, others())
	}
	out.AtDesired = replicaset.AtDesiredReplicaCountsForCanary(ro, fresh, stable, others(), weights)
	return out
}

func main() {
	r := rand.New(rand.NewSource(1))
	for at := 0; at < cases; at++ {
		in := draw(r)
		line, err := json.Marshal([]any{in, answer(in)})
		if err != nil {
			panic(err)
		}
		lead, end := " ", ",\n"
		if at == 0 {
			lead = "[\n "
		}
		if at == cases-1 {
			end = "\n]\n"
		}
		fmt.Print(lead, string(line), end)
	}
}
