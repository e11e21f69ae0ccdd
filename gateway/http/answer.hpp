#pragma once
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark::gateway {

/// What goes back. Built by routes, written by the connection.
struct Answer {
  std::uint16_t status = 200;
  std::string body;
  std::string_view content_type = "application/json";            ///< "" for no body
  std::vector<std::pair<std::string_view, std::string>> headers; ///< names are literals
  bool close = false;                                            ///< the connection ends after it
};

/// What went wrong, for programs (`code`, stable) and people (`message`: what is wrong, what to
/// do).
struct Problem {
  std::uint16_t status = 400;
  std::string_view code;
  std::string message;
  std::string details{}; ///< JSON object, "" for an empty one
};

/// `{"error":{"code","message","details","request_id","timestamp"}}` (docs/api.md).
Answer problem_answer(const Problem& problem, std::string_view request_id, Timestamp now);

/// Everything about one answer that the route does not decide.
struct AnswerFrame {
  std::string_view request_id;
  std::string_view date; ///< IMF-fixdate
  bool keep_alive = true;
  bool head_only = false;
};
/// Appends the answer as HTTP/1.1 bytes. No version banner (threat 29).
void append_answer(std::string& out, const Answer& answer, const AnswerFrame& frame);

/// IMF-fixdate of RFC 9110 5.6.7.
std::string http_date(Timestamp time);

} // namespace tidemark::gateway
