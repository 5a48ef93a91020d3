/** Opens the home screen on the terminal and gives what was chosen there. */
import { render } from 'ink'
import { drawing } from './drawing.ts'
import { HomeApp, type HomeAppProps } from './home-app.tsx'
import type { HomeChoice } from './home-keys.ts'

/** Resolves with the choice, or undefined when the operator quits. */
export async function openHome(props: Omit<HomeAppProps, 'onChosen'>): Promise<HomeChoice | undefined> {
  let chosen: HomeChoice | undefined
  const app = render(
    <HomeApp
      {...props}
      onChosen={(choice) => {
        chosen = choice
        app.unmount()
      }}
    />,
    drawing,
  )
  await app.waitUntilExit()
  return chosen
}
