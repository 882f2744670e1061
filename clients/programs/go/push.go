package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/a2aproject/a2a-go/v2/a2a"
)

// push sets a configuration for a task that waits for an answer, reads it, and asks the receiver what came.
func (p *player) push() (saw, error) {
	asked, err := p.say("ask")
	if err != nil {
		return nil, err
	}
	url := receiverURL + "/" + asked.id
	if _, err := p.setPush(asked.id, "first", url); err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	got, err := p.client.GetTaskPushConfig(ctx, &a2a.GetTaskPushConfigRequest{TaskID: a2a.TaskID(asked.id), ID: "first"})
	if err != nil {
		return nil, err
	}
	answer := text("blue")
	answer.TaskID, answer.ContextID = a2a.TaskID(asked.id), asked.context
	if _, err := ask(p.client, request(answer, true)); err != nil {
		return nil, err
	}
	received, err := receivedAt(url)
	if err != nil {
		return nil, err
	}
	return saw{"got": got.ID == "first" && got.URL == url, "received": received}, nil
}

func (p *player) pushList() (saw, error) {
	asked, err := p.say("ask")
	if err != nil {
		return nil, err
	}
	for _, id := range []string{"first", "second"} {
		if _, err := p.setPush(asked.id, id, receiverURL+"/none"); err != nil {
			return nil, err
		}
	}
	listed, err := p.pushIDs(asked.id)
	if err != nil {
		return nil, err
	}
	ctx, stop := p.within()
	defer stop()
	request := &a2a.DeleteTaskPushConfigRequest{TaskID: a2a.TaskID(asked.id), ID: "second"}
	if err := p.client.DeleteTaskPushConfig(ctx, request); err != nil {
		return nil, err
	}
	left, err := p.pushIDs(asked.id)
	if err != nil {
		return nil, err
	}
	return saw{"listed": listed, "left": left}, nil
}

func (p *player) setPush(task, id, url string) (*a2a.PushConfig, error) {
	ctx, stop := p.within()
	defer stop()
	return p.client.CreateTaskPushConfig(ctx, &a2a.PushConfig{
		TaskID: a2a.TaskID(task),
		ID:     id,
		URL:    url,
		Token:  "push-token",
		Auth:   &a2a.PushAuthInfo{Scheme: "Bearer", Credentials: "push-credentials"},
	})
}

func (p *player) pushIDs(task string) ([]string, error) {
	ctx, stop := p.within()
	defer stop()
	configs, err := p.client.ListTaskPushConfigs(ctx, &a2a.ListTaskPushConfigRequest{TaskID: a2a.TaskID(task)})
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, config := range configs {
		ids = append(ids, config.ID)
	}
	slices.Sort(ids)
	return ids, nil
}

// receivedAt waits for the end of the task that was notified to the URL.
func receivedAt(url string) (saw, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the receiver: %s", body)
	}
	received := saw{}
	return received, json.Unmarshal(body, &received)
}
