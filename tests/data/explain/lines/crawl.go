// Command crawl checks links, a few at a time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

const (
	fine = iota
	moved
	broken
)

var errEmpty = errors.New("no address")

type result struct {
	URL   string        `json:"url"`
	State int           `json:"state,omitempty"`
	Took  time.Duration `json:"-"`
}

type checker interface {
	Check(ctx context.Context, url string) (result, error)
}

type client struct {
	*http.Client
	agent string
}

func (c client) Check(ctx context.Context, url string) (r result, err error) {
	if url == "" {
		return r, errEmpty
	}
	begin := time.Now()
	defer func() { r.Took = time.Since(begin) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return result{URL: url}, fmt.Errorf("checking %q: %w", url, err)
	}
	request.Header.Set("User-Agent", c.agent)
	answer, err := c.Do(request)
	switch {
	case err != nil:
		return result{url, broken, 0}, err
	case answer.StatusCode/100 == 3:
		r.State = moved
		fallthrough
	default:
		r.URL = url
	}
	return
}

func main() {
	n := flag.Int("n", 4, "how many at a time")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	work, results := make(chan string), make(chan result, *n)
	var group sync.WaitGroup
	for range *n {
		group.Add(1)
		go func(c checker) {
			defer group.Done()
			for url := range work {
				if r, err := c.Check(ctx, url); err == nil {
					results <- r
				}
			}
		}(client{http.DefaultClient, "crawl/1"})
	}
	go func() { group.Wait(); close(results) }()
	go func() {
		for _, url := range flag.Args() {
			select {
			case work <- url:
			case <-ctx.Done():
				break
			}
		}
		close(work)
	}()
	counts := map[int]int{}
	for r := range results {
		counts[r.State]++
	}
	if len(counts) == 0 {
		os.Exit(2)
	}
}
