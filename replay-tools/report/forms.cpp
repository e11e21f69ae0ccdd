#include "replay-tools/report/forms.hpp"

#include <array>

namespace tidemark::tools {
namespace {

constexpr Declared number_form(std::string_view name) {
  return {name, Form::number};
}
constexpr Declared word_form(std::string_view name) {
  return {name, Form::word};
}
constexpr Declared time_form(std::string_view name) {
  return {name, Form::time};
}

constexpr std::array service_members{word_form("status"), time_form("since")};
constexpr std::array error_members{time_form("at"), word_form("reason_code"),
                                   number_form("http_status")};
constexpr std::array pause_members{time_form("since"), time_form("planned_end"), word_form("of"),
                                   Declared{"hold_opt_outs", Form::flag}, number_form("position")};
constexpr std::array note_members{time_form("since"), time_form("planned_end"),
                                  Declared{"is_over", Form::flag}, number_form("position")};
constexpr std::array circuit_members{word_form("state"), time_form("since"), time_form("probe_at"),
                                     number_form("failures_in_row")};
constexpr std::array window_members{number_form("limit"), number_form("remaining"),
                                    number_form("milliseconds")};
constexpr std::array day_members{number_form("limit"), number_form("remaining"),
                                 time_form("resets_at"), Declared{"used_up", Form::flag}};
constexpr std::array limits_members{number_form("requests_per_second"), number_form("burst"),
                                    Declared{"window", Form::object, window_members},
                                    Declared{"day", Form::object, day_members},
                                    time_form("waits_until")};
constexpr std::array account_members{word_form("state"), time_form("expires_at"),
                                     word_form("reason_code"), time_form("since")};
constexpr std::array operation_members{word_form("name"),     number_form("requests"),
                                       number_form("failed"), number_form("average_ms"),
                                       number_form("p95_ms"), number_form("over_1_s")};
constexpr std::array delivery_members{number_form("open"), number_form("opt_outs_open"),
                                      number_form("oldest_age_seconds"),
                                      number_form("requests_out")};
constexpr std::array connector_members{Declared{"name", Form::name},
                                       time_form("last_success"),
                                       Declared{"last_error", Form::object, error_members},
                                       Declared{"outage_note", Form::object, note_members},
                                       Declared{"paused", Form::object, pause_members},
                                       number_form("sending_percent"),
                                       Declared{"circuit", Form::object, circuit_members},
                                       Declared{"limits", Form::object, limits_members},
                                       Declared{"account", Form::object, account_members},
                                       Declared{"operations", Form::list, operation_members},
                                       Declared{"deliveries", Form::object, delivery_members}};
constexpr std::array queue_members{Declared{"name", Form::name}, Declared{"connector", Form::name},
                                   number_form("depth"),         Declared{"at_least", Form::flag},
                                   number_form("workers"),       number_form("oldest_age_seconds"),
                                   number_form("rate_in"),       number_form("rate_out"),
                                   word_form("trend"),           number_form("seconds_to_drain")};
constexpr std::array alert_members{word_form("rule"), word_form("severity"), time_form("since")};
constexpr std::array parked_members{number_form("waiting"), number_form("dead"),
                                    Declared{"at_least", Form::flag}};
constexpr std::array status_members{word_form("status"),
                                    Declared{"version", Form::version},
                                    Declared{"loopback_http_allowed", Form::flag},
                                    Declared{"services", Form::map, service_members},
                                    time_form("at"),
                                    Declared{"tenant", Form::name},
                                    number_form("position"),
                                    Declared{"connectors", Form::list, connector_members},
                                    Declared{"queues", Form::list, queue_members},
                                    Declared{"alerts", Form::list, alert_members},
                                    Declared{"parked", Form::object, parked_members},
                                    number_form("opt_outs_by_hand")};

constexpr std::array probe_members{Declared{"connector", Form::name}, word_form("step"),
                                   word_form("verdict"), word_form("reason_code")};

constexpr std::array log_members{time_form("time"),
                                 word_form("level"),
                                 word_form("part"),
                                 word_form("event"),
                                 Declared{"tenant", Form::name},
                                 Declared{"connector", Form::name},
                                 word_form("rule"),
                                 word_form("severity"),
                                 word_form("reason"),
                                 word_form("reason_code"),
                                 word_form("code"),
                                 word_form("state"),
                                 word_form("status"),
                                 word_form("route"),
                                 word_form("left_out_before")};

} // namespace

const std::span<const Declared> status_form = status_members;
const std::span<const Declared> probe_form = probe_members;
const std::span<const Declared> service_log_form = log_members;

} // namespace tidemark::tools
