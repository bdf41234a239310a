// Command mesh is istiod, istioctl and the relay between istiod and Envoy in one binary, because
// they share most of their packages. The name it is called by (a symbolic link) says which one it is.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	istioctl "istio.io/istio/istioctl/cmd"
	istiod "istio.io/istio/pilot/cmd/pilot-discovery/app"
	"istio.io/istio/pkg/log"
)

func main() {
	if os.Getenv("REGATTA_BED_TETHERED") != "" {
		go exitWithParent()
	}
	switch name := filepath.Base(os.Args[0]); name {
	case "istiod":
		log.EnableKlogWithCobra()
		exit(istiod.NewRootCommand().Execute(), func(error) int { return 1 })
	case "istioctl":
		exit(istioctl.ConfigAndEnvProcessing(), istioctl.GetExitCode)
		log.EnableKlogWithCobra()
		exit(istioctl.GetRootCmd(os.Args[1:]).Execute(), istioctl.GetExitCode)
	case "relay":
		exit(runRelay(os.Args[1:]), func(error) int { return 1 })
	default:
		fmt.Fprintf(os.Stderr, "call me by a symbolic link named istiod, istioctl or relay, not %s\n", name)
		os.Exit(2)
	}
}

// exitWithParent ends this process when the one that holds the other end of standard input is
// gone, however it went: a test run killed with SIGKILL leaves no server behind.
func exitWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func exit(err error, status func(error) int) {
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(status(err))
}
