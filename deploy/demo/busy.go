// SPDX-License-Identifier: Apache-2.0

// The shop in Go: a known chain of calls, main -> serve -> checkout -> price, with the time in price.
package main

import "time"

var sum uint64

//go:noinline
func price(n uint64) {
	for i := uint64(0); i < n; i++ {
		sum += i * i
	}
}

//go:noinline
func checkout(n uint64) {
	price(n)
	sum++
}

//go:noinline
func serve() {
	for {
		checkout(20_000_000)
		time.Sleep(20 * time.Millisecond)
	}
}

func main() {
	serve()
}
