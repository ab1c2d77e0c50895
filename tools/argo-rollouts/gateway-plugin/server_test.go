package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// apiServer holds one HTTPRoute over real HTTP and refuses writes over a version that is not the newest.
type apiServer struct {
	lock    sync.Mutex
	route   *unstructured.Unstructured
	version int
	writes  int
	rivals  int // how many writes someone else wins
}

const routePath = "/apis/gateway.networking.k8s.io/v1/namespaces/agent-a/httproutes/agent"

// serve also points KUBECONFIG at the server.
func serve(t *testing.T, rules ...string) *apiServer {
	t.Helper()
	api := &apiServer{route: routeOf(t, rules...), version: 1}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	config := clientcmdapi.NewConfig()
	config.Clusters["here"] = &clientcmdapi.Cluster{Server: server.URL}
	config.Contexts["here"] = &clientcmdapi.Context{Cluster: "here"}
	config.CurrentContext = "here"
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
	return api
}

func (a *apiServer) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	a.lock.Lock()
	defer a.lock.Unlock()
	response.Header().Set("Content-Type", "application/json")
	switch {
	case request.URL.Path != routePath:
		refuse(response, http.StatusNotFound, "NotFound")
		return
	case request.Method == http.MethodPut:
		var sent unstructured.Unstructured
		if err := json.NewDecoder(request.Body).Decode(&sent.Object); err != nil {
			refuse(response, http.StatusBadRequest, "BadRequest")
			return
		}
		if a.rivals > 0 {
			a.rivals--
			a.version++
		}
		if sent.GetResourceVersion() != strconv.Itoa(a.version) {
			refuse(response, http.StatusConflict, "Conflict")
			return
		}
		a.version++
		a.writes++
		a.route = &sent
	case request.Method != http.MethodGet:
		refuse(response, http.StatusMethodNotAllowed, "MethodNotAllowed")
		return
	}
	a.route.SetResourceVersion(strconv.Itoa(a.version))
	_ = json.NewEncoder(response).Encode(a.route.Object)
}

func refuse(response http.ResponseWriter, code int, reason string) {
	response.WriteHeader(code)
	fmt.Fprintf(response, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": %q, "code": %d, "message": %q}`,
		reason, code, reason)
}

func (a *apiServer) weights(t *testing.T) weights {
	t.Helper()
	a.lock.Lock()
	defer a.lock.Unlock()
	raw, err := json.Marshal(a.route.Object)
	if err != nil {
		t.Fatal(err)
	}
	var route unstructured.Unstructured
	if err := route.UnmarshalJSON(raw); err != nil {
		t.Fatal(err)
	}
	rules, _, _ := unstructured.NestedSlice(route.Object, "spec", "rules")
	pair, err := findSplit(rules[0], "agent-a", quarter.services)
	if err != nil || pair == nil {
		t.Fatalf("got %v, %v", pair, err)
	}
	got, err := pair.weights()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestClientConfigNeverFallsBackFromAFileThatIsNamed(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "1")
	if config, err := clientConfig(filepath.Join(os.TempDir(), "no-such-directory", "kubeconfig")); err == nil {
		t.Errorf("got a configuration for %s", config.Host)
	}
}
