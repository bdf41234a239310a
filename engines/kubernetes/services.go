package main

import (
	"net"

	core "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/registry/core/service/ipallocator"
	"k8s.io/kubernetes/pkg/registry/core/service/portallocator"
)

// addresses gives Services addresses of both families, and allows each that a Service asks for: which
// ranges and families a cluster has is not known here.
func addresses() map[core.IPFamily]ipallocator.Interface {
	return map[core.IPFamily]ipallocator.Interface{
		core.IPv4Protocol: anyAddress{core.IPv4Protocol, net.ParseIP("10.96.0.9")},
		core.IPv6Protocol: anyAddress{core.IPv6Protocol, net.ParseIP("fd00::9")},
	}
}

type anyAddress struct {
	family core.IPFamily
	next   net.IP
}

func (a anyAddress) Allocate(net.IP) error         { return nil }
func (a anyAddress) AllocateNext() (net.IP, error) { return a.next, nil }
func (a anyAddress) Release(net.IP) error          { return nil }
func (a anyAddress) ForEach(func(net.IP))          {}
func (a anyAddress) CIDR() net.IPNet               { return net.IPNet{} }
func (a anyAddress) IPFamily() core.IPFamily       { return a.family }
func (a anyAddress) Has(net.IP) bool               { return false }
func (a anyAddress) Destroy()                      {}
func (a anyAddress) EnableMetrics()                {}
func (a anyAddress) DryRun() ipallocator.Interface { return a }

// The range of node ports that a kube-apiserver has by default.
const firstNodePort, lastNodePort = 30000, 32767

// ports shares out node ports to the Service of one check.
type ports struct{ used map[int]bool }

func newPorts() *ports { return &ports{used: map[int]bool{}} }

func (p *ports) Allocate(port int) error {
	if port < firstNodePort || port > lastNodePort {
		return &portallocator.ErrNotInRange{ValidPorts: "30000-32767"}
	}
	if p.used[port] {
		return portallocator.ErrAllocated
	}
	p.used[port] = true
	return nil
}

func (p *ports) AllocateNext() (int, error) {
	for port := lastNodePort; port >= firstNodePort; port-- {
		if !p.used[port] {
			p.used[port] = true
			return port, nil
		}
	}
	return 0, portallocator.ErrFull
}

func (p *ports) Release(port int) error {
	delete(p.used, port)
	return nil
}

func (p *ports) ForEach(visit func(int)) {
	for port := range p.used {
		visit(port)
	}
}

func (p *ports) Has(port int) bool { return p.used[port] }
func (p *ports) Destroy()          {}
func (p *ports) EnableMetrics()    {}
