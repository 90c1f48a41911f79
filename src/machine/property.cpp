// SPDX-License-Identifier: GPL-2.0-only
#include "machine/property.h"

#include <algorithm>

namespace vmalab {

bool Happened::any(std::initializer_list<Op> some) const {
  return std::any_of(some.begin(), some.end(), [this](Op op) { return ops[static_cast<std::size_t>(op)]; });
}

const Property* find_property(std::string_view name) {
  const auto found = std::find_if(kProperties.begin(), kProperties.end(), [name](const Property* property) { return property->name == name; });
  return found != kProperties.end() ? *found : nullptr;
}

std::vector<const Property*> properties_in(PropertySet set) {
  std::vector<const Property*> properties;
  for (const Property* property : kProperties) {
    if ((set & bit_of(*property)) != 0) properties.push_back(property);
  }
  return properties;
}

}  // namespace vmalab
