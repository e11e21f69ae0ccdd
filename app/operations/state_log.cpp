#include "app/operations/state_log.hpp"

#include "app/service_log/service_log.hpp"
#include "events/format/reason.hpp"

namespace tidemark::app {
namespace {

constexpr std::string_view as_it_should = "ok";

} // namespace

StateLog::States StateLog::states_of(const domain::ConnectorReport& report) {
  const std::string fine(as_it_should);
  States out;
  const bool closed = report.circuit == domain::CircuitState::closed;
  out["circuit"] = {closed ? fine : std::string(name_of(report.circuit)), {}};
  if (report.account) {
    using enum domain::AccountState;
    const auto state = report.account->state;
    const bool works = state == connected || state == renewing; // it is renewed all the time
    out["account"] = {works ? fine : std::string(name_of(state)), report.account->reason_code};
  }
  out["pause"] = {!report.pause                 ? fine
                  : report.pause->hold_opt_outs ? "opt-outs wait too"
                                                : std::string(words_of(report.pause->of)),
                  {}};
  if (const auto* refusal = report.connection.refusal())
    out["key"] = {"refused", std::string(name_of(refusal->reason_code))};
  else if (const auto& missing = report.connection.missing_right)
    out["key"] = {"lacks a right", std::string(name_of(missing->reason_code))};
  else
    out["key"] = {fine, {}};
  const bool fails = report.failures > 0;
  out["system"] = {fails ? "fails" : fine,
                   fails ? std::string(name_of(report.connection.failure)) : std::string()};
  return out;
}

void StateLog::look(const std::vector<domain::ConnectorReport>& reports) {
  for (const auto& report : reports) {
    auto& known = known_[{report.tenant, report.connector}];
    for (auto& [what, state] : states_of(report)) {
      auto& before = known.try_emplace(what, as_it_should, "").first->second;
      if (before == state)
        continue;
      log_line(Part::connector, state.first == as_it_should ? Level::info : Level::warning,
               "connector_state",
               {{"tenant", report.tenant.value},
                {"connector", report.connector.value},
                {"what", std::string(what)},
                {"state", state.first},
                {"before", before.first},
                {"reason", state.second}});
      before = state;
    }
  }
}

} // namespace tidemark::app
