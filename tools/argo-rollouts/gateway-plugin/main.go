// Command gateway-plugin moves the weights of an HTTPRoute for Argo Rollouts.
//
// It stands in for argoproj-labs' Gateway API plugin in the local control plane only. It speaks the same RPC interface (the
// one that the controller's own module exports) and reads the same configuration of a Rollout, as far as the fleet uses it:
// httpRoute and namespace. It exists because no module proxy within reach serves argoproj-labs' module, and without a traffic
// router the controller can not take a single step of the fleet's canaries. It shares no code with that plugin.
//
// What it can not do it refuses: routes by header, mirrors, destinations besides stable and canary, weights out of anything
// but 100. Other backends in a rule keep their weight, so there the canary's share is smaller than its weight says.
package main

import (
	"os"
	"time"

	"github.com/argoproj/argo-rollouts/rollout/trafficrouting/plugin/rpc"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

// dispensed is the name under which the controller asks for a traffic router.
const dispensed = "RpcTrafficRouterPlugin"

// handshake is what the controller expects of a traffic router (rollout/trafficrouting/plugin/client of its module).
var handshake = goplugin.HandshakeConfig{
	ProtocolVersion:  1,
	MagicCookieKey:   "ARGO_ROLLOUTS_RPC_PLUGIN",
	MagicCookieValue: "trafficrouter",
}

func main() {
	// Made before Serve, which swaps os.Stderr for a pipe the controller throws away. Of JSON the controller keeps the level.
	log := hclog.New(&hclog.LoggerOptions{Level: hclog.Info, Output: os.Stderr, JSONFormat: true})
	go endWith(os.Getppid())
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshake,
		Plugins:         served(&router{connect: connect, log: log}),
		Logger:          log,
	})
}

// endWith ends this process after its controller. Else one that was killed leaves it behind, and the next controller in the
// same directory can not start: it writes the plugin's file anew, which the system refuses while the file runs.
func endWith(parent int) {
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	os.Exit(0)
}

func served(router rpc.TrafficRouterPlugin) goplugin.PluginSet {
	return goplugin.PluginSet{dispensed: &rpc.RpcTrafficRouterPlugin{Impl: router}}
}
