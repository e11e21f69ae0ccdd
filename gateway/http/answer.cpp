#include "gateway/http/answer.hpp"

#include "base/text/json_writer.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/chrono.h>

#include <algorithm>

namespace tidemark::gateway {

Answer problem_answer(const Problem& problem, std::string_view request_id, Timestamp now) {
  Answer answer;
  answer.status = problem.status;
  auto& out = answer.body;
  out = "{\"error\":{\"code\":";
  json::append_string(out, problem.code);
  out += ",\"message\":";
  json::append_string(out, json::to_valid_utf8(problem.message));
  out += ",\"details\":";
  out += problem.details.empty() ? std::string_view("{}") : std::string_view(problem.details);
  out += ",\"request_id\":";
  json::append_string(out, request_id);
  out += ",\"timestamp\":";
  json::append_string(out, to_rfc3339(now));
  out += "}}";
  return answer;
}

namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

} // namespace

void append_answer(std::string& out, const Answer& answer, const AnswerFrame& frame) {
  out += "HTTP/1.1 ";
  json::append_number(out, std::uint64_t{answer.status});
  out.push_back(' ');
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(answer.status));
  out.append(reason.data(), reason.size());
  out += "\r\n";
  append_header(out, "Date", frame.date);
  append_header(out, "X-Request-ID", frame.request_id);
  if (answer.status != 204 && answer.status != 304) {
    if (!answer.content_type.empty())
      append_header(out, "Content-Type", answer.content_type);
    out += "Content-Length: ";
    json::append_number(out, std::uint64_t{answer.body.size()});
    out += "\r\n";
  }
  const bool says_how_long =
      std::any_of(answer.headers.begin(), answer.headers.end(),
                  [](const auto& header) { return header.first == "Cache-Control"; });
  if (!says_how_long)
    append_header(out, "Cache-Control", "no-store");
  append_header(out, "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers)
    append_header(out, name, value);
  if (!frame.keep_alive)
    append_header(out, "Connection", "close");
  out += "\r\n";
  if (!frame.head_only && answer.status != 204 && answer.status != 304)
    out += answer.body;
}

std::string http_date(Timestamp time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

} // namespace tidemark::gateway
