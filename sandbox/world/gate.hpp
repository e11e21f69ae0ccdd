#pragma once
#include "sandbox/world/faults.hpp"
#include "sandbox/world/http/webhooks.hpp"
#include "sandbox/world/journal.hpp"
#include "sandbox/world/system.hpp"

namespace tidemark::sandbox {

/// Stands before one system's API: plays the ordered faults and writes the journal.
class Gate {
public:
  Gate(System& system, Faults& faults, Webhooks& webhooks)
      : system_(system), faults_(faults), webhooks_(webhooks) {}

  HttpReply answer(const HttpRequest& request);
  System& system() { return system_; }
  Journal& journal() { return journal_; }

private:
  HttpReply play(const Fault& fault, const HttpRequest& request, Received& entry);

  System& system_;
  Faults& faults_;
  Webhooks& webhooks_;
  Journal journal_;
};

} // namespace tidemark::sandbox
