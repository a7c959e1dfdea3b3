// From users.json: a client of the HTTP API that it is an answer of. Standard library only.
// Guessed from the sample: the path and the names of parameters. Correct them here.
package users

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// UsersError says that the server answered with an error, or with something else than the sample.
type UsersError struct {
	Message string
	URL     string
	Status  int // 0: there was no answer
	Body    string
}

func (e *UsersError) Error() string { return e.Message }

// UsersClient is safe for use by several goroutines as long as nobody changes its fields.
type UsersClient struct {
	BaseURL string // "https://api.example.com/v1"
	Token   string // sent as `Authorization: Bearer ...`
	Header  http.Header
	Retries int          // after 429, 502, 503, 504 or no answer; 0: 3 times, negative: never
	HTTP    *http.Client // nil: 30 seconds for each try, and no redirects
}

// Page asks for one page. query, which may be nil, has limit and what else the server understands.
func (c *UsersClient) Page(ctx context.Context, query url.Values) (value UserPage, err error) {
	err = c.read(ctx, http.MethodGet, c.address("users", query), nil, &value)
	return value, err
}

// All calls each with every row, page after page, until it returns an error.
func (c *UsersClient) All(ctx context.Context, query url.Values, each func(User) error) error {
	seen := map[string]bool{}
	for address := c.address("users", query); address != "" && !seen[address]; {
		seen[address] = true
		text, _, err := c.send(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			return err
		}
		rows := members["data"]
		if err := c.each(address, rows, each); err != nil {
			return err
		}
		var next string
		_ = json.Unmarshal(members["next_cursor"], &next)
		address = ""
		if next != "" {
			more := url.Values{"cursor": {next}}
			for name, values := range query {
				if name != "cursor" {
					more[name] = values
				}
			}
			address = c.address("users", more)
		}
	}
	return nil
}

func (c *UsersClient) each(address string, rows []byte, each func(User) error) error {
	if len(rows) == 0 || rows[0] == 'n' {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(rows))
	_, err := decoder.Token()
	for err == nil && decoder.More() {
		var row User
		if err = decoder.Decode(&row); err != nil {
			break
		}
		if err := each(row); err != nil {
			return err
		}
	}
	if err != nil {
		return &UsersError{address + ": " + err.Error(), address, http.StatusOK, string(rows)}
	}
	return nil
}

func (c *UsersClient) Get(ctx context.Context, key string) (value User, err error) {
	err = c.read(ctx, http.MethodGet, c.item(key), nil, &value)
	return value, err
}

func (c *UsersClient) Create(ctx context.Context, row User) (value User, err error) {
	body, err := json.Marshal(row)
	if err == nil {
		err = c.read(ctx, http.MethodPost, c.address("users", nil), body, &value)
	}
	return value, err
}

func (c *UsersClient) Update(ctx context.Context, key string, row User) (value User, err error) {
	body, err := json.Marshal(row)
	if err == nil {
		err = c.read(ctx, http.MethodPut, c.item(key), body, &value)
	}
	return value, err
}

func (c *UsersClient) Remove(ctx context.Context, key string) error {
	_, _, err := c.send(ctx, http.MethodDelete, c.item(key), nil)
	return err
}

func (c *UsersClient) item(key string) string {
	return c.address("users/"+url.PathEscape(key), nil)
}

// The token must not go to whatever server an answer names: redirects are errors.
var directUsersClient = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (c *UsersClient) address(path string, query url.Values) string {
	address := strings.TrimRight(c.BaseURL, "/") + "/" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

func (c *UsersClient) send(ctx context.Context, method, address string, body []byte) ([]byte, http.Header, error) {
	tries, client := c.Retries, c.HTTP
	if tries == 0 {
		tries = 3
	}
	if client == nil {
		client = directUsersClient
	}
	for attempt := 0; ; attempt++ {
		request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
		if err != nil {
			return nil, nil, &UsersError{Message: err.Error(), URL: address}
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
			return nil, nil, &UsersError{method + " " + address + ": " + what, address, status, string(text)}
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

func (c *UsersClient) read(ctx context.Context, method, address string, body []byte, value any) error {
	text, _, err := c.send(ctx, method, address, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return &UsersError{address + ": " + err.Error(), address, http.StatusOK, string(text)}
	}
	return nil
}
