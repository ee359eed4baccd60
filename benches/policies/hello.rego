package policy

hook_result := {
	"is_passed": input.message == "world",
	"err_msg": "The message is not world.",
}
