#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"

#include <optional>

namespace tidemark::actors {

/// Has the connector mapped fields, and can its system be asked for those that it has?
bool checks_custom_fields(const Destination& destination);

/// See protocols.hpp. Nothing depends on what it finds: it is for people (requirement C24).
class CustomFieldCheckState {
public:
  static inline const char* name = "custom_field_check";

  void start(CustomFieldCheckActor::pointer self, std::shared_ptr<const TenantContext> context,
             ConnectorName connector, TransportActor transport);
  void tick(const Tick& tick);
  void news(const TokenNews& news);
  void settled(const AppendSettled& answer);

private:
  void ask();
  void answered(const HttpResult& result);
  /// Written unless it says what the last one said.
  void record(events::CustomFieldsChecked checked);
  std::optional<events::CustomFieldsChecked> recorded() const;

  CustomFieldCheckActor::pointer self_ = nullptr;
  std::shared_ptr<const TenantContext> context_;
  ConnectorName connector_;
  TransportActor transport_;
  const Destination* destination_ = nullptr;
  connectors::Settings settings_; ///< with the token in force
  bool usable_ = false;           ///< there is one
  bool asking_ = false;
  Timestamp now_, due_;
};

CustomFieldCheckActor::behavior_type
custom_field_check(CustomFieldCheckActor::stateful_pointer<CustomFieldCheckState> self,
                   std::shared_ptr<const TenantContext> context, ConnectorName connector,
                   TransportActor transport);

} // namespace tidemark::actors
