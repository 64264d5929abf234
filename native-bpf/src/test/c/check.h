/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that print what failed, and go on. */
#ifndef NODEFLAME_TEST_CHECK_H
#define NODEFLAME_TEST_CHECK_H

#include <stdio.h>

static int failures;

#define CHECK_EQUAL(expected, actual)                                                         \
	do {                                                                                  \
		unsigned long long e = (expected), a = (actual);                              \
		if (e != a) {                                                                 \
			printf("%s:%d: %s is 0x%llx, not 0x%llx\n", __func__, __LINE__, #actual, a, e); \
			failures++;                                                           \
		}                                                                             \
	} while (0)

#endif
