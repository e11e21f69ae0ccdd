#pragma once
#include "app/demo/changes.hpp"
#include "app/demo/happened.hpp"

namespace tidemark::demo {

/// What the log does not show of a change although it should: for one system that is not its
/// source, in words. `contact` is the read API's.
std::vector<std::string> missing_for(System system, Ending ending, const Json& contact,
                                     const Happened& happened);
/// The same for all of them, and for the conflict where there is to be one.
std::vector<std::string> missing_in_log(const Change& change, const Json& contact,
                                        const Happened& happened);

/// How the change ended for a system, for people: `created and mapped`, `skipped(...)`.
std::string outcome_words(System system, Ending ending, const Happened& happened);

} // namespace tidemark::demo
