#include "domain/rules/command.hpp"

namespace tidemark::domain {

Translation quarantined(Reason reason_code, std::string text) {
  return {"", {}, {{events::Outcome::quarantined, reason_code, std::move(text)}}};
}

Translation skipped(std::string kind, Reason reason_code, std::string text) {
  return {std::move(kind), {}, {{events::Outcome::skipped, reason_code, std::move(text)}}};
}

} // namespace tidemark::domain
