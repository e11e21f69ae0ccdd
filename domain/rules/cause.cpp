#include "domain/rules/cause.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

namespace tidemark::domain {
namespace {

std::string derived(char prefix, const Cause& cause, std::string_view target,
                    std::uint32_t number) {
  std::string numbers;
  append_u64(numbers, cause.position.value);
  append_u32(numbers, cause.index);
  append_u32(numbers, number);
  const auto digest = sha256({cause.incarnation, numbers, target});
  return prefix + to_hex(as_view(digest).substr(0, 10));
}

} // namespace

Timestamp received_at(const events::Event& input, Timestamp recorded_at) {
  const auto* webhook = std::get_if<events::WebhookReceived>(&input);
  return webhook ? webhook->spooled_at.value_or(recorded_at) : recorded_at;
}

std::string_view found_by(const events::Event& input) {
  if (const auto* page = std::get_if<events::BackfillPageReceived>(&input))
    return page->kind == events::BackfillKind::backfill ? "backfill" : "reconcile";
  const bool imported = std::holds_alternative<events::OptOutImported>(input)
                        || std::holds_alternative<events::ContactImported>(input)
                        || std::holds_alternative<events::MessageImported>(input);
  return imported ? "import" : "";
}

ContactId contact_id_from(const Cause& cause) {
  return ContactId(derived('c', cause, "contact", 0));
}

DeliveryId delivery_id_from(const Cause& cause, const ConnectorName& target, std::uint32_t number) {
  return DeliveryId(derived('d', cause, target.value, number));
}

} // namespace tidemark::domain
