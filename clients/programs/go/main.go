// Plays every operation with the official Go client.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
	"github.com/a2aproject/a2a-go/v2/a2aclient/agentcard"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"
	grpcv0 "github.com/a2aproject/a2a-go/v2/a2agrpc/v0"
	grpcv1 "github.com/a2aproject/a2a-go/v2/a2agrpc/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

type saw = map[string]any

var (
	openURL     = os.Getenv("OPEN_URL")
	tokensURL   = os.Getenv("TOKENS_URL")
	token       = os.Getenv("TOKEN")
	receiverURL = os.Getenv("RECEIVER_URL")
	crashingURL = os.Getenv("CRASHING_URL")
	crashURL    = os.Getenv("CRASH_URL")
)

func main() {
	var overs []string
	if err := json.Unmarshal([]byte(os.Getenv("OVER")), &overs); err != nil {
		panic(err)
	}
	for _, over := range overs {
		play("card", over, func() (saw, error) { return readCard(openURL) })
		play("card-tokens", over, readTokensCard)
		play("card-tokens-compat", over, readTokensCardCompat)
		client, err := connect(over, openURL, "")
		if err != nil {
			panic(err)
		}
		player := &player{over: over, client: client}
		for _, one := range player.operations() {
			play(one.name, over, one.run)
		}
	}
}

type line struct {
	Operation string `json:"operation"`
	Over      string `json:"over"`
	Saw       saw    `json:"saw,omitempty"`
	Broke     string `json:"broke,omitempty"`
}

// play runs one operation and reports what it saw.
func play(operation, over string, run func() (saw, error)) {
	report := line{Operation: operation, Over: over}
	got, err := run()
	if err != nil {
		report.Broke = err.Error()
	} else {
		report.Saw = got
	}
	text, err := json.Marshal(report)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

func readCard(url string) (saw, error) {
	card, err := agentcard.DefaultResolver.Resolve(context.Background(), url)
	if err != nil {
		return nil, err
	}
	return saw{"name": card.Name, "streaming": card.Capabilities.Streaming}, nil
}

func readTokensCard() (saw, error) {
	return tokensCard(agentcard.DefaultResolver)
}

func readTokensCardCompat() (saw, error) {
	return tokensCard(compatResolver())
}

func compatResolver() *agentcard.Resolver {
	return &agentcard.Resolver{Client: http.DefaultClient, CardParser: a2av0.NewAgentCardParser()}
}

func tokensCard(resolver *agentcard.Resolver) (saw, error) {
	card, err := resolver.Resolve(context.Background(), tokensURL)
	if err != nil {
		return nil, err
	}
	for _, scheme := range card.SecuritySchemes {
		if bearer, ok := scheme.(a2a.HTTPAuthSecurityScheme); ok {
			return saw{"name": card.Name, "scheme": strings.ToLower(bearer.Scheme)}, nil
		}
		return nil, fmt.Errorf("a scheme of type %T", scheme)
	}
	return nil, fmt.Errorf("no scheme")
}

// connect opens a client for one binding and version; the token, if any, is sent with each call.
func connect(over, url, token string) (*a2aclient.Client, error) {
	ctx := context.Background()
	card, err := agentcard.DefaultResolver.Resolve(ctx, url)
	if err != nil {
		return nil, err
	}
	one := *card
	one.SupportedInterfaces = nil
	for _, offered := range card.SupportedInterfaces {
		if fmt.Sprintf("%s %s", offered.ProtocolBinding, offered.ProtocolVersion) == over {
			one.SupportedInterfaces = append(one.SupportedInterfaces, offered)
		}
	}
	plain := grpc.WithTransportCredentials(insecure.NewCredentials())
	options := []a2aclient.FactoryOption{
		grpcv1.WithGRPCTransport(plain),
		grpcv0.WithGRPCTransport(plain),
		a2av0.WithJSONRPCTransport(a2av0.JSONRPCTransportConfig{}),
		a2av0.WithRESTTransport(a2av0.RESTTransportConfig{}),
	}
	if token != "" {
		options = append(options, a2aclient.WithCallInterceptors(&bearer{token: token}))
	}
	return a2aclient.NewFromCard(ctx, &one, options...)
}

type bearer struct {
	a2aclient.PassthroughInterceptor
	token string
}

func (b *bearer) Before(ctx context.Context, request *a2aclient.Request) (context.Context, any, error) {
	request.ServiceParams.Append("Authorization", "Bearer "+b.token)
	return ctx, nil, nil
}
