package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
)

const (
	manager = "ranfleet-gateway-plugin"
	// The controller waits for a call without an end of its own.
	patience = 30 * time.Second
)

var httpRoutes = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}

// connect asks nothing of the API server yet.
func connect() (dynamic.Interface, error) {
	config, err := clientConfig(os.Getenv(clientcmd.RecommendedConfigPathEnvVar))
	if err != nil {
		return nil, err
	}
	config.UserAgent = manager
	config.QPS, config.Burst = 40, 80 // as much as the controller allows itself
	return dynamic.NewForConfig(config)
}

// clientConfig never falls back when files are named: another cluster's routes are worse than none.
func clientConfig(paths string) (*rest.Config, error) {
	if paths == "" {
		config, err := rest.InClusterConfig()
		if err != nil {
			return nil, fmt.Errorf("set KUBECONFIG for the controller, or run it in a pod: %w", err)
		}
		return config, nil
	}
	rules := clientcmd.ClientConfigLoadingRules{Precedence: filepath.SplitList(paths)}
	files, err := rules.Load()
	if err != nil {
		return nil, fmt.Errorf("KUBECONFIG=%s: %w", paths, err)
	}
	config, err := clientcmd.NewDefaultClientConfig(*files, &clientcmd.ConfigOverrides{}).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("KUBECONFIG=%s: %w", paths, err)
	}
	return config, nil
}

// apply writes only where a weight differs, and only over the version it has read.
func apply(client dynamic.Interface, wanted order) ([]change, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	routes := client.Resource(httpRoutes).Namespace(wanted.namespace)
	var changes []change
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		route, err := routes.Get(ctx, wanted.httpRoute, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if changes, err = rewrite(route, wanted); err != nil || len(changes) == 0 {
			return err
		}
		if route.GetResourceVersion() == "" {
			return errors.New("the API server gave no resourceVersion, so a write could undo someone else's")
		}
		_, err = routes.Update(ctx, route, metav1.UpdateOptions{FieldManager: manager})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("HTTPRoute %s: %w", wanted.route(), err)
	}
	return changes, nil
}

// verify tells whether nothing is left to change.
func verify(client dynamic.Interface, wanted order) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	route, err := client.Resource(httpRoutes).Namespace(wanted.namespace).Get(ctx, wanted.httpRoute, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	changes, err := rewrite(route, wanted)
	return err == nil && len(changes) == 0, err
}
