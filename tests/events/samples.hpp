#pragma once
#include "events/all.hpp"

#include <vector>

/// One event of every type with every member set to something that is not its default.
namespace tidemark::events::test {

std::vector<Event> all_samples();

} // namespace tidemark::events::test
