package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/a2aproject/a2a-go/v2/a2a"
)

// crash kills the agent in the middle of a stream and subscribes to the task when the agent serves again.
func (p *player) crash() (saw, error) {
	client, err := connect(p.over, crashingURL, "")
	if err != nil {
		return nil, err
	}
	// On a busy machine the agent takes long to start again.
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	var failed error
	isKilled := false
	cut, broken := follow(client.SendStreamingMessage(ctx, request(text("slow"), true)), func(told *seen) bool {
		if told.pieces == 3 && !isKilled {
			isKilled = true
			failed = kill()
		}
		return failed != nil
	})
	if failed != nil {
		return nil, failed
	}
	if !isKilled {
		return nil, fmt.Errorf("the stream ended before: %w", broken)
	}
	told, err := follow(client.SubscribeToTask(ctx, &a2a.SubscribeToTaskRequest{ID: a2a.TaskID(cut.id)}), nil)
	if err != nil {
		return nil, err
	}
	return with(saw{"cut": !cut.isFinal()}, told.done()), nil
}

// kill returns when the agent that it has killed serves again.
func kill() error {
	response, err := http.Post(crashURL, "", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the agent did not start again: %s", response.Status)
	}
	return nil
}
