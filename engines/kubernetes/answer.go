package main

import (
	"encoding/json"
	"fmt"
)

// answer answers one request. Nothing of a request remains for the next one but what follows from
// the release alone.
func answer(raw []byte) []byte {
	out, err := json.Marshal(respond(raw))
	if err != nil {
		out, _ = json.Marshal(response{Error: err.Error()})
	}
	return out
}

func respond(raw []byte) (res response) {
	var req request
	if err := json.Unmarshal(raw, &req); err != nil {
		return response{Error: "the request is not understood: " + err.Error()}
	}
	server, err := serverFor(req.Release)
	if err != nil {
		return response{Error: err.Error()}
	}
	cluster, err := newCluster(server, req)
	if err != nil {
		return response{Error: err.Error()}
	}
	res.Results = make([]result, len(req.Checks))
	for i, c := range req.Checks {
		res.Results[i] = cluster.check(c)
	}
	return res
}

// check applies the old object, if there is one, and then the object of the check.
func (c *cluster) check(chk check) (res result) {
	res = result{ID: chk.ID, Errors: []problem{}, Warnings: []problem{}, NotChecked: []string{}}
	defer func() {
		if fault := recover(); fault != nil {
			res.NotChecked = append(res.NotChecked, fmt.Sprintf("the check failed: %v", fault))
		}
	}()
	c.server.forget()
	obj, err := parseObject(chk.Object, chk.Namespace)
	if err != nil {
		return refusedWith(res, err)
	}
	if len(chk.Old) > 0 && string(chk.Old) != "null" {
		c.applyOld(chk, &res)
	}
	c.apply(obj, &res)
	return res
}

// applyOld puts the old object in place. Where the API server would refuse it, the new one is checked
// as if it were created.
func (c *cluster) applyOld(chk check, res *result) {
	old, err := parseObject(chk.Old, chk.Namespace)
	var before result
	if err == nil {
		c.apply(old, &before)
	}
	if err != nil || len(before.Errors) > 0 {
		c.server.forget()
		res.NotChecked = append(res.NotChecked, "the change, because the API server refuses the object as it was")
		return
	}
	c.server.memory.settled = true
}
