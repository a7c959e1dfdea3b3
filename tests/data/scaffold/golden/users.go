// From users.json. Parse and serialise with ParseUsers and SerializeUsers.
package users

import "encoding/json"

type UserPage struct {
	Data []User `json:"data"`
	// e.g. abc
	NextCursor Nullable[string] `json:"next_cursor,omitempty"`
	// e.g. 4
	Total int64 `json:"total"`
}

type User struct {
	// e.g. 1
	ID int64 `json:"id"`
	// e.g. Ada
	Name string `json:"name"`
	// email; e.g. ada@example.com
	Email string `json:"email"`
	Role  Role   `json:"role"`
	// date-time; e.g. 2024-03-02T08:30:00Z
	CreatedAt string `json:"created_at"`
	// date; e.g. 2024-03-02
	Day string `json:"day"`
	// uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
	UUID string `json:"uuid"`
	// decimal; e.g. 12.50
	Balance string   `json:"balance"`
	Active  bool     `json:"active"`
	Address Address  `json:"address"`
	Tags    []string `json:"tags"`
}

// Role is open: other values are kept as they are.
type Role string

const RoleAdmin Role = "admin"

const RoleUser Role = "user"

type Address struct {
	// e.g. 1 Main
	Street string `json:"street"`
	// e.g. Oslo
	City string `json:"city"`
	// e.g. 0150
	Zip string `json:"zip"`
}

// Nullable tells a key that is null from one that is absent: it is empty when absent, and holds
// a nil pointer for null.
type Nullable[T any] []*T

func (n *Nullable[T]) UnmarshalJSON(data []byte) error {
	var value *T
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	*n = Nullable[T]{value}
	return nil
}

func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	if len(n) == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(n[0])
}

func ParseUsers(data []byte) (UserPage, error) {
	var value UserPage
	err := json.Unmarshal(data, &value)
	return value, err
}

func SerializeUsers(value UserPage) ([]byte, error) {
	return json.Marshal(value)
}
