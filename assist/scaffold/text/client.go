// From @sample@: a client of the HTTP API that it is an answer of. Standard library only.
// Guessed from the sample: the path and the names of parameters. Correct them here.
package @package@

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/url"
@re@	"strconv"
	"strings"
	"time"
)

// @Error@ says that the server answered with an error, or with something else than the sample.
type @Error@ struct {
	Message string
	URL     string
	Status  int // 0: there was no answer
	Body    string
}

func (e *@Error@) Error() string { return e.Message }

// @Client@ is safe for use by several goroutines as long as nobody changes its fields.
type @Client@ struct {
	BaseURL string // "https://api.example.com/v1"
	Token   string // sent as `Authorization: Bearer ...`
	Header  http.Header
	Retries int          // after 429, 502, 503, 504 or no answer; 0: 3 times, negative: never
	HTTP    *http.Client // nil: 30 seconds for each try, and no redirects
}

@methods@
// The token must not go to whatever server an answer names: redirects are errors.
var direct@Client@ = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (c *@Client@) address(path string, query url.Values) string {
	address := strings.TrimRight(c.BaseURL, "/") + "/" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

func (c *@Client@) send(ctx context.Context, method, address string, body []byte) ([]byte, http.Header, error) {
	tries, client := c.Retries, c.HTTP
	if tries == 0 {
		tries = 3
	}
	if client == nil {
		client = direct@Client@
	}
	for attempt := 0; ; attempt++ {
		request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
		if err != nil {
			return nil, nil, &@Error@{Message: err.Error(), URL: address}
		}
		request.Header.Set("Accept", "application/json")
		if c.Token != "" {
			request.Header.Set("Authorization", "Bearer "+c.Token)
		}
		if body != nil {
			request.Header.Set("Content-Type", "application/json")
		}
		for name, values := range c.Header {
			request.Header[name] = values
		}
		var text []byte
		status, told := 0, ""
		answer, err := client.Do(request)
		if err == nil {
			text, err = io.ReadAll(answer.Body)
			answer.Body.Close()
			status, told = answer.StatusCode, answer.Header.Get("Retry-After")
			if err == nil && status >= 200 && status < 300 {
				return text, answer.Header, nil
			}
		}
		// A POST that got no answer may have been carried out: it is sent again only after 429.
		down := err != nil || status == 502 || status == 503 || status == 504
		again := status == 429 || (down && method != http.MethodPost)
		if !again || attempt >= tries || ctx.Err() != nil {
			what := fmt.Sprintf("%d: %.200s", status, text)
			if err != nil {
				what, status = err.Error(), 0
			}
			return nil, nil, &@Error@{method + " " + address + ": " + what, address, status, string(text)}
		}
		wait := time.Duration(float64(time.Second) * float64(int(1)<<attempt) * (0.125 + rand.Float64()/4))
		if seconds, err := strconv.Atoi(told); err == nil {
			wait = time.Duration(seconds) * time.Second
		}
		if wait > 30*time.Second {
			wait = 30 * time.Second
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (c *@Client@) read(ctx context.Context, method, address string, body []byte, value any) error {
	text, _, err := c.send(ctx, method, address, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return &@Error@{address + ": " + err.Error(), address, http.StatusOK, string(text)}
	}
	return nil
}
