# SPDX-License-Identifier: Apache-2.0
"""The shop in Python: a known chain of calls, main -> serve -> checkout -> price, with the time in price."""

import time


def price(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def checkout(n):
    return price(n) + 1


def serve():
    while True:
        checkout(300_000)
        time.sleep(0.02)


def main():
    serve()


main()
