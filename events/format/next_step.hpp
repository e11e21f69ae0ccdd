#pragma once
#include "base/ids.hpp"
#include "events/format/reason.hpp"

#include <string>
#include <string_view>

namespace tidemark {

/// What somebody is told to do something about. What is not known keeps its word.
struct StepSubject {
  Position position{};          ///< for POSITION, and for ID, which is that of a review
  std::string_view delivery{};  ///< for DELIVERY
  std::string_view connector{}; ///< for CONNECTOR
};

/// The reason's next step with the subject in the place of those words, to be copied and run.
std::string next_step_for(Reason reason, const StepSubject& subject);

} // namespace tidemark
