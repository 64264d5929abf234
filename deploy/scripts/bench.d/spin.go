// Two goroutines that sort and hash, with some garbage.
package main

import (
	"crypto/sha256"
	"math/rand"
	"sort"
)

func sortSome(size int) int {
	values := rand.Perm(size)
	sort.Ints(values)
	return values[size/2]
}

func hashSome(text []byte) byte {
	sum := sha256.Sum256(text)
	return sum[0]
}

func work(done chan<- int) {
	text := make([]byte, 4096)
	for i := 0; ; i++ {
		text[i%len(text)] = hashSome(text)
		if sortSome(2000) < 0 {
			done <- i
		}
	}
}

func main() {
	done := make(chan int)
	go work(done)
	work(done)
}
