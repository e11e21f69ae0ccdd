#include "domain/rules/command.hpp"

#include "base/overloaded.hpp"

namespace tidemark::domain {

std::string_view kind_of(const Command& command) {
  return std::visit(
      overloaded{[](const ObserveRecord&) { return std::string_view("observe_record"); },
                 [](const ObserveCall&) { return std::string_view("observe_call"); },
                 [](const ObserveMessage&) { return std::string_view("observe_message"); },
                 [](const ApplyConsent&) { return apply_consent_kind; },
                 [](const ReleaseRecords&) { return release_records_kind; },
                 [](const AdoptRecords&) { return adopt_records_kind; },
                 [](const ObserveAppointment&) { return std::string_view("observe_appointment"); },
                 [](const RebuildLists&) { return rebuild_lists_kind; },
                 [](const RepairMapping&) { return repair_mapping_kind; }},
      command);
}

Translation quarantined(Reason reason_code, std::string text) {
  return {"", {}, {{events::Outcome::quarantined, reason_code, std::move(text)}}};
}

Translation skipped(std::string kind, Reason reason_code, std::string text) {
  return {std::move(kind), {}, {{events::Outcome::skipped, reason_code, std::move(text)}}};
}

} // namespace tidemark::domain
