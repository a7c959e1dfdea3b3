package shop

import "sync"

// Color is a color.
type Color int

const (
	ColorRed Color = iota
	ColorGreen
)

type Level string

const (
	Low  Level = "low"
	High Level = "high"
)

// User is a user.
type User struct {
	Name   string
	Age    int
	Tags   []string
	secret string
	Имя    string
}

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

type Locked struct {
	mu    sync.Mutex
	Count int
}

type Options struct {
	Level string
	Count int
	Fast  bool
	Names []string
}

type Disk struct{}

var _ Store = (*Disk)(nil)

func Price(count int, label string, color Color, prices []float64) (float64, error) {
	return float64(count), nil
}

func Paint(color Color) {
}
