#pragma once
#include "events/engine.hpp"

#include <map>
#include <set>
#include <string>

/// What is asked: the recorded inputs, decided otherwise how?
namespace tidemark::tools {

/// What holds instead of what held. Where nothing is said, it is as it was recorded.
struct Alternative {
  std::map<TenantId, events::ConfigApplied> configurations;
  /// Further messages that are an opt-out when a person writes nothing else, in the form of
  /// `as_words`.
  std::set<std::string> opt_out_words;
};

} // namespace tidemark::tools
