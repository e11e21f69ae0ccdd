#include "domain/delivery/delivery_verdict.hpp"

namespace tidemark::domain {

bool is_about_content(Reason reason_code) {
  switch (reason_code) {
  case Reason::bad_request:
  case Reason::validation_failed:
  case Reason::request_too_large:
  case Reason::conflict:
  case Reason::duplicate_of_other_record:
  case Reason::address_belongs_to_other_person:
    return true;
  default:
    return false;
  }
}

bool refuses_credential(Reason reason_code) {
  return reason_code == Reason::unauthorized || reason_code == Reason::payment_required;
}

bool lacks_right(Reason reason_code) {
  return reason_code == Reason::forbidden || reason_code == Reason::scope_missing;
}

} // namespace tidemark::domain
