import { mount } from 'svelte'
import '../styles/tokens.css'
import '../styles/base.css'
import Gallery from './Gallery.svelte'

const target = document.getElementById('gallery')
if (target === null) throw new Error('The page has no element with the id gallery.')

mount(Gallery, { target })
