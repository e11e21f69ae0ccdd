#pragma once
#include "connectors/connector.hpp"
#include "domain/delivery/connector_report.hpp"

#include <cstdint>

/// The port through which a connector's changing credential comes in (rule 19).
namespace tidemark::actors {

/// One account whose tokens are renewed by somebody else. May be called from any thread; never
/// blocks.
class Account {
public:
  virtual ~Account() = default;
  /// Is there a token that may be used now?
  virtual bool usable() const = 0;
  /// Rises with each new token.
  virtual std::uint64_t version() const = 0;
  /// The connector's settings with the token in force.
  virtual connectors::Settings settings() const = 0;
  /// The system refused the token of that version: renew it, once however many say so.
  virtual void refused(std::uint64_t version) = 0;
  virtual domain::AccountStatus status() const = 0;
};

} // namespace tidemark::actors
