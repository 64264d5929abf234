// Command gowork spends CPU time in known call chains until it is stopped.
package main

import (
	"os"
	"sync"
)

var sink uint64

// tiny has no frame: the caller's return address lies at the stack pointer.
//
//go:noinline
func tiny(x uint64) uint64 { return x*6364136223846793005 + 1442695040888963407 }

// small has a frame, since it calls.
//
//go:noinline
func small(x uint64) uint64 { return tiny(x) ^ x>>7 }

//go:noinline
func callsTiny(x uint64) uint64 {
	for i := 0; i < 20000; i++ {
		x = tiny(x)
	}
	return x
}

//go:noinline
func callsSmall(x uint64) uint64 {
	for i := 0; i < 20000; i++ {
		x = small(x)
	}
	return x
}

//go:noinline
func computing(out *uint64) {
	for {
		*out = callsTiny(*out)
		*out = callsSmall(*out)
	}
}

type node struct {
	next *node
	data [20]uint64
}

//go:noinline
func allocate(n int) *node {
	var head *node
	for i := 0; i < n; i++ {
		head = &node{next: head}
	}
	return head
}

//go:noinline
func allocating() {
	for {
		if allocate(2000) == nil {
			panic("nothing allocated")
		}
	}
}

//go:noinline
func reading(zero *os.File) {
	buffer := make([]byte, 64<<10)
	for {
		if _, err := zero.Read(buffer); err != nil {
			panic(err)
		}
	}
}

func main() {
	zero, err := os.Open("/dev/zero")
	if err != nil {
		panic(err)
	}
	var group sync.WaitGroup
	group.Add(1)
	results := make([]uint64, 64)
	go computing(&results[0])
	go computing(&results[32])
	go allocating()
	go allocating()
	go reading(zero)
	group.Wait()
}
