// Follows an address with one of the libraries, as its README shows, and prints each update.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	donovan "github.com/donovanhide/eventsource"
	launchdarkly "github.com/launchdarkly/eventsource"
	r3labs "github.com/r3labs/sse/v2"
	tmaxmax "github.com/tmaxmax/go-sse"
)

const buffer = 2 << 20 // above http.maxUpdateKilobytes

func show(id, event, data string) {
	switch {
	case strings.HasPrefix(event, "outpour."):
	case data == "":
		fmt.Println("an empty event")
	default:
		fmt.Println(id, data)
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	address := os.Args[2]
	request, err := http.NewRequest("GET", address, nil)
	must(err)
	switch os.Args[1] {
	case "ld-go":
		stream, err := launchdarkly.SubscribeWithRequestAndOptions(request,
			launchdarkly.StreamOptionReadTimeout(45*time.Second),
			launchdarkly.StreamOptionErrorHandler(func(error) launchdarkly.StreamErrorHandlerResult {
				return launchdarkly.StreamErrorHandlerResult{}
			}))
		must(err)
		for event := range stream.Events {
			show(event.Id(), event.Event(), event.Data())
		}
	case "donovan":
		stream, err := donovan.SubscribeWithRequest("", request)
		must(err)
		go func() {
			for range stream.Errors {
			}
		}()
		for event := range stream.Events {
			show(event.Id(), event.Event(), event.Data())
		}
	case "tmaxmax":
		connection := tmaxmax.NewConnection(request)
		connection.Buffer(nil, buffer)
		connection.SubscribeToAll(func(event tmaxmax.Event) {
			show(event.LastEventID, event.Type, event.Data)
		})
		must(connection.Connect())
	case "r3labs":
		client := r3labs.NewClient(address, r3labs.ClientMaxBufferSize(buffer))
		for {
			must(client.SubscribeRaw(func(event *r3labs.Event) {
				show(string(event.ID), string(event.Event), string(event.Data))
			}))
		}
	}
}
