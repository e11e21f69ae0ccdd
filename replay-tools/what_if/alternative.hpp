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
  /// Every contact is decided beside the record from its first decision on: what differs then, with
  /// nothing else being different, is a fault of this program. For tests.
  bool apart = false;
};

} // namespace tidemark::tools
