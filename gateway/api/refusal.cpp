#include "gateway/api/refusal.hpp"

#include "gateway/api/json.hpp"

namespace tidemark::gateway {
namespace {

struct StatusOfCode {
  std::string_view code;
  std::uint16_t status;
  std::string_view retry_after = {}; ///< seconds
};
constexpr StatusOfCode statuses[] = {
    {"no_address", 400},        {"not_found", 404},
    {"contact_not_found", 404}, {"unknown_webhook", 404},
    {"address_not_known", 409}, {"addresses_of_two", 409},
    {"already_decided", 409},   {"already_merged", 409},
    {"not_decided_here", 409},  {"not_decided_yet", 409},
    {"not_merged", 409},        {"not_paused", 409},
    {"nothing_waits", 409},     {"not_failed", 409},
    {"already_retried", 409},   {"other_has_parts", 409},
    {"same_contact", 409},      {"no_body", 409},
    {"nothing_by_hand", 409},   {"busy", 503},
    {"opted_out", 409},         {"opt_outs_are_held", 409},
    {"action_runs", 409},       {"action_ended", 409},
    {"not_stored", 503, "5"},   {"not_open", 409},
    {"is_opt_out", 409},        {"is_out", 409},
    {"not_held", 409},          {"already_held", 409},
    {"more_than_own", 403},     {"name_taken", 409},
    {"stands_in_file", 409},    {"already_revoked", 409},
    {"access_changed", 409},    {"is_suspended", 409},
    {"not_suspended", 409},     {"invalid_credentials", 401},
    {"invalid_token", 401},     {"token_expired", 401},
    {"account_disabled", 403},  {"tenant_suspended", 403},
    {"tenant_required", 400},   {"user_exists", 409},
    {"already_so", 409},        {"no_session", 404},
    {"not_stopped", 409},       {"store_key_wrong", 409},
    {"store_key_damaged", 400}, {"store_key_missing", 409},
    {"not_configured", 409},    {"operator_needed", 403},
    {"not_renewed", 409},       {"no_answer", 503, "5"},
    {"tenant_exists", 409},     {"id_used", 409},
    {"tenant_deleted", 409},    {"is_deleted", 409},
    {"not_deleted", 409},       {"open_opt_outs", 409},
    {"not_started", 503},       {"not_read_back", 409},
    {"no_note", 409},           {"needs_restart", 409},
    {"settings_changed", 409},
};

/// Which part of the request is wrong, as its code says; "" when that is no single part.
std::string wrong_part(const ApiContext& api, std::string_view code) {
  const auto& route = *api.request.route;
  const auto takes = [&](std::string_view name) {
    return has_word(route.parameters, name) || has_word(route.members, name)
           || route.path.find("{" + std::string(name) + "}") != std::string_view::npos;
  };
  if (code == "bad_body")
    return unknown_member(api.request.body, route.members);
  code.remove_prefix(std::string_view("bad_").size());
  if (takes(code))
    return std::string(code);
  for (const auto& [shorter, name] :
       {std::pair<std::string_view, std::string_view>{"cursor", "after"},
        {"position", "after"},
        {"position", "webhook"},
        {"max_age", "max_age_seconds"},
        {"log_level", "levels"},
        {"overlap", "overlap_seconds"}})
    if (code == shorter && takes(name))
      return std::string(name);
  return {};
}

Problem problem_of(const ApiContext& api, const Error& error) {
  const auto& route = *api.request.route;
  if (error.code.starts_with("bad_")) {
    const auto part = wrong_part(api, error.code);
    return {400, error.code, error.text, part.empty() ? "" : Json{{"field", part}}.dump()};
  }
  if (route.right == Right::local)
    return {500, error.code, error.text};
  if (!route.unreadable.empty())
    return {500, "not_stored", std::string(route.unreadable)};
  return {500, "internal", "the data could not be read; see the service's log"};
}

} // namespace

Answer refusal(const ApiContext& api, const Error& error) {
  for (const auto& known : statuses)
    if (known.code == error.code) {
      auto answer =
          problem_answer({known.status, error.code, error.text}, api.request.request_id, api.now());
      if (!known.retry_after.empty())
        answer.headers.emplace_back("Retry-After", known.retry_after);
      return answer;
    }
  return problem_answer(problem_of(api, error), api.request.request_id, api.now());
}

} // namespace tidemark::gateway
