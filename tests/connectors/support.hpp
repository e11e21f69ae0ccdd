#pragma once
#include "connectors/connector.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the tests of all connectors share.
namespace tidemark::connectors::testing {

inline std::string fixture(const std::string& vendor, const std::string& file) {
  std::ifstream in(std::filesystem::path(TIDEMARK_FIXTURES) / vendor / file, std::ios::binary);
  if (!in)
    throw std::runtime_error("no fixture " + vendor + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Names of a vendor's webhook bodies: everything but API answers and signature vectors.
inline std::vector<std::string> webhook_files(const std::string& vendor) {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(TIDEMARK_FIXTURES) / vendor)) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(".json") && !name.starts_with("api-") && !name.starts_with("signature-")
        && !name.starts_with("receiver-"))
      out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

inline Timestamp at(std::string_view text) {
  return from_rfc3339(text).value();
}

inline WebhookRequest request(const Headers& headers, std::string_view body,
                              std::string_view channel = "") {
  return {headers, body, channel};
}

inline domain::Translation translated(const Connector& connector, const Settings& settings,
                                      std::string_view body, std::string_view channel = "",
                                      bool stale = false) {
  static const std::map<std::string, std::string> no_headers;
  return connector.translate({channel, no_headers, body, at("2026-08-14T16:00:00Z"), stale},
                             settings);
}

inline const domain::ObserveRecord& only_record(const domain::Translation& translation) {
  if (translation.commands.size() != 1)
    throw std::runtime_error("expected one command");
  return std::get<domain::ObserveRecord>(translation.commands.front());
}

/// The first command of a kind; throws when there is none.
template <class Command>
Command first_of(const domain::Translation& translation) {
  for (const auto& command : translation.commands)
    if (const auto* found = std::get_if<Command>(&command))
      return *found;
  throw std::runtime_error("no such command");
}

/// Reason codes of the skipped parts, joined by a space.
inline std::string reasons(const domain::Translation& translation) {
  std::string out;
  for (const auto& part : translation.skipped)
    out += (out.empty() ? "" : " ") + std::string(name_of(part.reason_code));
  return out;
}

inline HttpAnswer answer(std::uint32_t status, std::string body,
                         std::string content_type = "application/json") {
  HttpAnswer out;
  out.status = status;
  out.content_type = std::move(content_type);
  out.body = std::move(body);
  return out;
}

inline HttpAnswer no_answer(Reason transport, bool sent) {
  HttpAnswer out;
  out.transport = transport;
  out.sent = sent;
  return out;
}

inline std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name)
      return value;
  return {};
}

} // namespace tidemark::connectors::testing
