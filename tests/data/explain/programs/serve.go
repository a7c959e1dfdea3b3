package main

import (
	"fmt"
	"sync"
)

type job struct {
	id   int `json:"id,omitempty"`
	done chan<- string
}

func (j *job) run() error {
	defer close(j.done)
	if j.id < 0 {
		return fmt.Errorf("job %d: %w", j.id, errBad)
	}
	j.done <- fmt.Sprint(j.id)
	return nil
}

func all(jobs []job) (n int) {
	var wg sync.WaitGroup
	for i := range jobs {
		wg.Add(1)
		go func() { defer wg.Done(); _ = jobs[i].run() }()
	}
	wg.Wait()
	select {
	default:
		return len(jobs)
	}
}
