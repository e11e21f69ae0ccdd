#pragma once
#include <span>
#include <string>
#include <string_view>

namespace tidemark {

/// What a reason code means for a person.
struct Reason {
  std::string_view code; ///< stored and public; never renamed
  std::string_view text; ///< one plain sentence, no personal data
  std::string_view next; ///< what to do now; "" when nothing needs doing
};

/// Every reason code with a sentence of its own.
std::span<const Reason> all_reasons();

/// The sentence and next step for a code. A code without an entry gets the code itself in words,
/// and `known` is false, so that tests and reviews can see the gap.
struct Explanation {
  std::string text;
  std::string next_step; ///< "" when nothing needs doing
  bool known = true;
};
Explanation explain_reason(std::string_view code);

} // namespace tidemark
