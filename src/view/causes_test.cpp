// SPDX-License-Identifier: GPL-2.0-only
#include "view/causes.h"

#include <doctest/doctest.h>
